/** The data of an `order.placed.v1`. */
export const ORDER = {
  orderId: "1",
  total: "129.9",
  currency: "EUR",
  lines: [{ sku: "lamp-7", quantity: 2, unitPrice: "64.95" }],
  placedAt: "2026-11-28T09:00:00Z",
};
/** The report of the application about it. */
export const SHOWN = "order.placed.v1 129.9";
/** The report of the application about one without a total. */
export const INVALID = /^InvalidEvent: .*data must have required property 'total'/;
