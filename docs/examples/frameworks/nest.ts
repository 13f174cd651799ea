import 'reflect-metadata';
import { getCurrentInvoke, configure as serverlessExpress } from '@codegenie/serverless-express';
import middy from '@middy/core';
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Headers,
  Module,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Context } from 'aws-lambda';
import type { Response } from 'express';
import { IdempotencyError, idempotencyKey } from 'middy-idempotency';
import { type Payment, pay, refundOnce } from './payments.ts';
import { problemOf } from './problem-of.ts';

@Controller()
class PaymentsController {
  @Post('payments')
  pay(@Body() payment: Payment) {
    return pay(payment);
  }

  @Post('refunds')
  refund(
    @Headers('x-user') userId: string, // whom your authentication has found
    @Headers('idempotency-key') key: string | undefined,
    @Body() refund: Payment,
  ) {
    return refundOnce(userId, key, refund, getCurrentInvoke().context);
  }
}

@Catch(IdempotencyError)
class AnswerRefusals implements ExceptionFilter {
  catch(error: IdempotencyError, host: ArgumentsHost) {
    const { status, headers, body } = problemOf(error);
    host.switchToHttp().getResponse<Response>().status(status).set(headers).send(body);
  }
}

@Module({ controllers: [PaymentsController] })
class AppModule {}

const start = async () => {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.useGlobalFilters(new AnswerRefusals());
  await app.init();
  return serverlessExpress({ app: app.getHttpAdapter().getInstance() });
};

const started = start(); // while the environment starts, not at the first request

export const unguarded = async (event: unknown, context: Context) =>
  (await started)(event, context, () => undefined) as Promise<unknown>;

export const handler = middy(unguarded).use(idempotencyKey());
