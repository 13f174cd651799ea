/** Not of this project's own: each is installed where it is tried. */
export const frameworkPackages = {
  '@codegenie/serverless-express': '5.0.0',
  '@fastify/aws-lambda': '6.4.1',
  '@nestjs/common': '12.5.1',
  '@nestjs/core': '12.5.1',
  '@nestjs/platform-express': '12.5.1',
  '@types/express': '5.0.6',
  express: '5.3.0',
  fastify: '5.12.8',
  hono: '4.13.19',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  'serverless-http': '4.0.0',
};

/** What Nest loads only where it is used. */
export const optionalOfNest = [
  '@nestjs/microservices*',
  '@nestjs/websockets*',
  'class-transformer*',
  'class-validator',
];
