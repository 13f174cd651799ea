import '../../docs/examples/own-store-test.ts';
