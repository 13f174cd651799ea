export interface Payments {
  count(): number;
  pay(headers: Readonly<Record<string, string | undefined>>): Promise<{ paymentId: string }>;
}

export declare const createPayments: () => Payments;
export declare const cookie: string;
export declare const origin: string;
export declare const crossOrigin: Readonly<Record<string, string>>;
