import express from 'express';
import { getSharedIdempotencyService, idempotency } from 'express-idempotency';
import { cookie, createPayments, crossOrigin } from './payments.mjs';

const payments = createPayments();
const app = express();

app.use((req, res, next) => {
  res.set(crossOrigin);
  if (req.method === 'OPTIONS') res.status(204).end();
  else next();
});
app.get('/payments', (_req, res) => res.json([]));
app.get('/effects', (_req, res) => res.json(payments.count()));
app.use(express.json());
app.post('/payments', idempotency(), async (req, res) => {
  const service = getSharedIdempotencyService();
  if (service.isHit(req)) return;
  try {
    const payment = await payments.pay(req.headers);
    res.status(201).set('set-cookie', cookie).location(`/payments/${payment.paymentId}`).json(payment);
  } catch {
    await service.reportError(req);
    res.status(500).json({ message: 'Failed' });
  }
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
