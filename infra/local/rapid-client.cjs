const http = require('node:http');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, headers, agent, path: `/2018-06-01/runtime/invocation/${path}` };
    http
      .request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ bodyJson: Buffer.concat(chunks).toString(), headers: response.headers }));
      })
      .on('error', reject)
      .end(body);
  });
}

// The runtime does not wait for done and error, but asks for the next invocation right after: that waits for them.
let posted = Promise.resolve();

exports.next = async () => {
  await posted;
  return call('GET', 'next');
};

exports.done = (id, body) => {
  posted = call('POST', `${id}/response`, { 'Content-Type': 'application/json' }, body);
};

exports.error = (id, body) => {
  posted = call('POST', `${id}/error`, { 'Content-Type': 'application/json' }, body);
};
