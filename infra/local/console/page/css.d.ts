/** The bundler takes it along. */
declare module '*.css';
