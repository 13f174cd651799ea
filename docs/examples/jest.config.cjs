module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.[jt]sx?$': ['@swc/jest'] }, // not .ts alone
  transformIgnorePatterns: ['/node_modules/(?!@middy/)'], // but for Middy's files as well
};
