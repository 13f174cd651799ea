import '../../docs/examples/handler-test.ts';
