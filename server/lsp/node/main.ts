/** The language server as a program of its own: `node dist/server.js --stdio`. */
import { startServer } from "./start";

startServer();
