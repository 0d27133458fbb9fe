import { showOrders } from "./orders.js";

showOrders(process.argv[2], (line) => console.log(line));
