import { showOrders } from "./orders.js";
import { report, url } from "./report.js";

showOrders(url, report);
