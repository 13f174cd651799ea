import '../../docs/examples/stable-ids-test.ts';
