type Changes = Readonly<Record<string, unknown>>;

interface Delivery {
  /** The sample's file. */
  name: string;
  /** Where the record is in it; the event itself otherwise. */
  record?: string;
  key: readonly string[] | undefined;
  /** What changes when the same event comes again. */
  redelivered: Changes;
  /** What makes another event of it. */
  another?: Changes;
  /** What the event is about. */
  content: Changes;
}

const account = '123456789012';
const kafkaArn = `arn:aws:kafka:us-east-1:${account}:cluster/demo/e9f754c6-d29a-4430-a7db-958a19fd2c54-4`;
const kinesisArn = `arn:aws:kinesis:us-east-2:${account}:stream/lambda-stream`;
const kinesisId = 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898';

/** Every source, as it sends an event of one record. */
export const deliveries: readonly Delivery[] = [
  {
    name: 'sqs',
    record: 'Records/0',
    key: ['sqs', `arn:aws:sqs:us-east-2:${account}:my-queue`, '059f36b4-87a3-44ab-83d2-661975830a7d'],
    redelivered: {
      receiptHandle: 'another',
      'attributes/ApproximateReceiveCount': '2',
      'attributes/ApproximateFirstReceiveTimestamp': '1545082659999',
      'attributes/AWSTraceHeader': 'Root=1-5e9f0c65-1de4d666d4dd26aced652b6c',
    },
    another: { messageId: 'another' },
    content: { body: '{}' },
  },
  {
    name: 'sqs-fifo',
    record: 'Records/0',
    key: ['sqs', `arn:aws:sqs:us-east-2:${account}:fifo.fifo`, '11d6ee51-4cc7-4302-9e22-7cd8afdaadf5'],
    redelivered: { receiptHandle: 'another', 'attributes/ApproximateReceiveCount': '2' },
    another: { messageId: 'another' },
    content: { 'attributes/MessageGroupId': '2' },
  },
  {
    name: 'sns',
    key: ['sns', `arn:aws:sns:us-east-1:${account}:sns-lambda`, '95df01b4-ee98-5cb9-9903-4c221d41eb5e'],
    redelivered: { 'Records/0/Sns/Timestamp': 'later', 'Records/0/Sns/Signature': 'another' },
    another: { 'Records/0/Sns/MessageId': 'another' },
    content: { 'Records/0/Sns/Message': 'Bye from SNS!' },
  },
  {
    name: 'eventbridge',
    key: ['eventbridge', 'aws.ec2', '6a7e8feb-b491-4cf7-a9f1-bf3703467718'],
    redelivered: { time: 'later', 'replay-name': 'replayed from an archive' },
    another: { id: 'another' },
    content: { 'detail-type': 'another' },
  },
  {
    name: 'kinesis',
    record: 'Records/0',
    key: ['kinesis', kinesisArn, kinesisId],
    redelivered: { 'kinesis/approximateArrivalTimestamp': 1, invokeIdentityArn: 'the role of the next deployment' },
    another: { eventID: 'shardId-000000000006:1' },
    content: { 'kinesis/data': 'Qnll' },
  },
  {
    name: 'pipes-kinesis',
    key: ['kinesis', kinesisArn, kinesisId],
    redelivered: { '0/approximateArrivalTimestamp': 1 },
    another: { '0/eventID': 'shardId-000000000006:1' },
    content: { '0/data': 'Qnll' },
  },
  {
    name: 'dynamodb-stream',
    record: 'Records/0',
    key: ['dynamodb', `arn:aws:dynamodb:us-east-2:${account}:table/my-table/stream/2024-06-10T19:26:16.525`, '1'],
    redelivered: { 'dynamodb/ApproximateCreationDateTime': 1 },
    another: { eventID: '2' },
    content: { 'dynamodb/NewImage': {} },
  },
  {
    name: 's3',
    key: ['s3', 'amzn-s3-demo-bucket', 'b21b84d653bb07b05b1e6b33684dc11b', '0C0F6F405D6ED209E1', 'ObjectCreated:Put'],
    redelivered: { 'Records/0/eventTime': 'later', 'Records/0/responseElements': {} },
    another: { 'Records/0/s3/object/sequencer': '0C0F6F405D6ED209E2' },
    content: { 'Records/0/s3/object/eTag': 'another' },
  },
  {
    name: 'step-functions',
    key: [
      'states',
      `arn:aws:states:us-east-1:${account}:execution:stateMachineName:executionName`,
      'h7XRiCdLtd/83p1E0dMccoxlzFhglsdkzpK9mBVKZsp7d9yrT1W',
    ],
    redelivered: {
      'State/RetryCount': 1,
      'State/EnteredTime': 'later',
      'Execution/RedriveCount': 1,
      'Execution/RedriveTime': 'later',
    },
    another: { 'Task/Token': 'another' },
    content: { 'Execution/Input/orderId': 'o-2' },
  },
  {
    name: 'kafka-msk',
    key: ['kafka', kafkaArn, 'orders', '0', '15', '1545084650987'],
    redelivered: { bootstrapServers: 'b-3.demo.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092' },
    another: { 'records/orders-0/0/offset': 16 },
    content: { 'records/orders-0/0/headers': [] },
  },
  {
    name: 'pipes-kafka',
    key: ['kafka', kafkaArn, 'orders', '0', '15', '1545084650987'],
    redelivered: { '0/partition': '0' },
    another: { '0/timestamp': 1 },
    content: { '0/value': 'e30=' },
  },
  {
    name: 'kafka-self-managed',
    record: 'records/orders-0/0',
    key: ['kafka', 'any cluster', 'orders', '0', '15', '1545084650987'],
    redelivered: {},
    another: { partition: 1 },
    content: { key: 'b3JkZXItMg==' },
  },
  {
    name: 'active-mq',
    key: [
      'mq',
      `arn:aws:mq:us-west-2:${account}:broker:test:b-0f5b7522-2b41-4f85-a615-735a4e6d96b5`,
      'orders',
      'ID:b-0f5b7522-2b41-4f85-a615-735a4e6d96b5-2.mq.us-west-2.amazonaws.com-34859-1598944546501-4:12:1:1:3',
    ],
    redelivered: {
      'messages/0/redelivered': true,
      'messages/0/brokerOutTime': 1599863939999,
      'messages/0/properties/JMSXDeliveryCount': 2,
    },
    another: { 'messages/0/messageID': 'another' },
    content: { 'messages/0/properties/testKey': 'another' },
  },
  {
    name: 'rabbit-mq',
    key: [
      'rmq',
      `arn:aws:mq:us-west-2:${account}:broker:test:b-9bcfa592-423a-4942-879d-eb284b418fc8`,
      'orders::/',
      'm-1',
    ],
    redelivered: {
      'rmqMessagesByQueue/orders::~/0/redelivered': true,
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-delivery-count': 1,
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-death': [{ count: 1 }],
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-first-death-queue': { bytes: [111] },
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-first-death-reason': { bytes: [114] },
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-first-death-exchange': { bytes: [] },
      'rmqMessagesByQueue/orders::~/0/basicProperties/headers/x-last-death-queue': { bytes: [111] },
      'rmqMessagesByQueue/orders::~/0/basicProperties/expiration': null,
    },
    another: { 'rmqMessagesByQueue/orders::~/0/basicProperties/messageId': 'm-2' },
    content: { 'rmqMessagesByQueue/orders::~/0/basicProperties/type': 'refund' },
  },
  {
    name: 'cloudformation',
    key: [
      'cloudformation',
      `arn:aws:cloudformation:us-east-1:${account}:stack/shop/271845b0-f2e8-11ed-90ac-0eeb25b8ae21`,
      'afd8d7c5-d2a0-4dfb-ab1f-123456789012',
      'Seed',
    ],
    redelivered: { ResponseURL: 'https://example.com/?X-Amz-Signature=2' },
    another: { RequestId: 'another' },
    content: { 'ResourceProperties/Rows': '20' },
  },
  {
    name: 'ses',
    key: ['ses', '6n4thuhcbhpfiuf25gshf70rss364fuejrvmqko1', '["orders@example.com"]'],
    redelivered: { 'Records/0/ses/receipt/processingTimeMillis': 1 },
    another: { 'Records/0/ses/receipt/recipients': ['refunds@example.com'] },
    content: { 'Records/0/ses/receipt/virusVerdict/status': 'FAIL' },
  },
  {
    name: 's3-lifecycle',
    key: undefined,
    redelivered: { 'Records/0/eventTime': 'later' },
    content: { 'Records/0/eventName': 'ObjectRemoved:Delete' },
  },
  {
    name: 'web-socket-authorizer',
    key: undefined,
    redelivered: { 'requestContext/messageId': 'another', 'requestContext/connectionId': 'another' },
    content: { body: '{"action":"pay","amount":2}' },
  },
  {
    name: 'app-sync-cognito',
    key: undefined,
    redelivered: { 'request/headers/x-amzn-trace-id': 'another', 'identity/claims/exp': 1 },
    content: { 'arguments/orderId': 'o-2' },
  },
  {
    name: 'app-sync-batch',
    key: undefined,
    redelivered: { '0/request/headers/x-amzn-trace-id': 'another', '1/identity/claims/exp': 1 },
    content: { '1/source/orderId': 'o-3' },
  },
  {
    name: 'app-sync-events',
    key: undefined,
    redelivered: { 'events/0/id': 'another', 'request/headers/x-amzn-trace-id': 'another' },
    content: { 'events/0/payload/amount': 2 },
  },
  {
    name: 'bedrock-agent',
    key: undefined,
    redelivered: {},
    content: { 'requestBody/content': {} },
  },
];
