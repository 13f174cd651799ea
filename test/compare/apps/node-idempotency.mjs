import 'reflect-metadata';
import { Controller, Get, Headers, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Idempotent, NodeIdempotencyModule, StorageAdapterEnum } from '@node-idempotency/nestjs';
import { cookie, createPayments, crossOrigin, origin } from './payments.mjs';

const payments = createPayments();

class Api {
  list() {
    return [];
  }

  effects() {
    return String(payments.count());
  }

  async pay(headers, response) {
    const payment = await payments.pay(headers);
    response.header('set-cookie', cookie).location(`/payments/${payment.paymentId}`);
    return payment;
  }
}

/** JavaScript has no decorators yet: what they stand for. */
const decorate = (method, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(Api.prototype, method);
  for (const decorator of decorators) decorator(Api.prototype, method, descriptor);
};
Controller()(Api);
decorate('list', Get('payments'));
decorate('effects', Get('effects'));
decorate('pay', Post('payments'), Idempotent());
Headers()(Api.prototype, 'pay', 0);
Res({ passthrough: true })(Api.prototype, 'pay', 1);

class App {}
Module({
  imports: [
    NodeIdempotencyModule.forRootAsync({
      storage: { adapter: StorageAdapterEnum.memory },
      enforceIdempotency: true,
      cacheTTLMS: Number(process.env.WINDOW_SECONDS) * 1000,
    }),
  ],
  controllers: [Api],
})(App);

const app = await NestFactory.create(App, { logger: false });
app.enableCors({
  origin,
  allowedHeaders: crossOrigin['access-control-allow-headers'],
  exposedHeaders: crossOrigin['access-control-expose-headers'],
});
await app.listen(0, '127.0.0.1');
console.log(app.getHttpServer().address().port);
