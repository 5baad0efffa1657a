// A stub server with something of everything in it.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// start runs the program of MEETWRIGHT and returns how to reach and stop it.
export async function start() {
  const dir = await mkdtemp(join(tmpdir(), "meetwright-"));
  const file = join(dir, "ready.json");
  const child = spawn(process.env.MEETWRIGHT, [
    "serve", "--db", ":memory:", "--addr", "127.0.0.1:0", "--ready-file", file, "--clock", "2026-03-02T08:00:00Z",
  ], { cwd: dir, stdio: "ignore" });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(dir, { recursive: true });
  };
  for (let tries = 0; tries < 1000 && child.exitCode === null; tries++) {
    try {
      return { ...JSON.parse(await readFile(file, "utf8")), stop };
    } catch {
      await sleep(20);
    }
  }
  throw new Error("the server did not start");
}

// receiver is an endpoint that answers every event with a status.
export async function receiver(status) {
  const server = createServer((request, answer) => {
    request.resume().on("end", () => answer.writeHead(status).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => server.close() };
}

const types = {};

// call asks the server, which must answer with a status of the class.
async function call(server, wanted, method, path, body, headers = {}) {
  const answer = await fetch(server.url + path, {
    method, headers: { Authorization: `Bearer ${server.apiKey}`, "Content-Type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (Math.floor(answer.status / 100) !== wanted) {
    throw new Error(`${method} ${path} answered ${answer.status} ${text}`);
  }
  return text && JSON.parse(text);
}

// fill makes bookings, mails, calls that fail, faults and deliveries, and
// returns the paths of the pages that show them.
export async function fill(server, refusing, accepting) {
  for (const type of await call(server, 2, "GET", "/v4/meeting-type")) types[type.slug] = type.id;
  const attendee = { email: "jane@example.com", firstname: "Jane", lastname: "Smith", receiveReminders: true, notes: {} };
  const book = (slug, start, more = {}) => ({
    meetingTypeId: types[slug], start, hostIds: [server.userId], attendee: { ...attendee, ...more },
  });
  const hook = { eventTypes: ["booking_created", "booking_cancelled"] };
  await call(server, 2, "POST", "/webhooks", { ...hook, endpoint: accepting, description: "Mailing list" });
  await call(server, 2, "POST", "/webhooks", { ...hook, endpoint: refusing, description: "CRM of the sales team, which has been down for a while" });
  await call(server, 2, "POST", "/v4/booking", book("intro", "2026-03-09T09:00:00+01:00"), { "Idempotency-Key": "first" });
  await call(server, 2, "POST", "/v4/booking", book("intro", "2026-03-10T09:00:00+01:00", {
    firstname: "<img src=x onerror=alert(1)>", lastname: "\"><script>alert(2)</script>", email: "hostile@example.com",
  }));
  await call(server, 2, "POST", "/v4/booking", book("double-opt-in", "2026-03-09T10:00:00+01:00"));
  await call(server, 2, "POST", "/v4/booking", book("host-confirm", "2026-03-09T11:00:00+01:00"));
  await call(server, 2, "POST", "/_/clock/advance", { by: "5s" });
  const links = [];
  for (const mail of (await call(server, 2, "GET", "/_/inbox/messages")).messages) {
    links.push(...(await call(server, 2, "GET", "/_/inbox/messages/" + mail.id)).links);
  }
  const page = (kind) => links.find((link) => link.includes(kind)).slice(server.url.length);
  const open = { "attendee-manage": page("/m/"), "attendee-confirm": page("/confirm/"), "attendee-host": page("/host/") };
  open.after = async () => { // what takes days: the deliveries that fail end
    await call(server, 2, "POST", "/_/clock/advance", { by: "100h" });
    await call(server, 4, "POST", "/v4/booking", book("intro", "2026-03-09T09:00:00+01:00"));
    await call(server, 4, "POST", "/v4/booking", { meetingTypeId: "x", start: "tomorrow", more: "<script>alert(3)</script>" });
    await call(server, 4, "GET", "/v4/appointment/00000000-0000-4000-8000-00000000dead");
    await call(server, 5, "GET", "/v4/user/me", undefined, { Prefer: "code=503" });
    await call(server, 2, "POST", "/_/faults", { operation: "createBooking", code: 503, times: 2 });
    await call(server, 2, "POST", "/_/faults", { drop: "after-write", delay: 1500, operation: "cancelAppointment" });
    const calls = (await call(server, 2, "GET", "/_/requests")).requests;
    const mails = (await call(server, 2, "GET", "/_/inbox/messages?subject=booked")).messages;
    const hooks = await call(server, 2, "GET", "/webhooks");
    return {
      overview: "/_/", "overview-tenant": "/_/?tenant=checkout-test-17",
      inbox: "/_/inbox", "inbox-empty": "/_/inbox?subject=nothing+like+this", message: "/_/inbox/messages/" + (mails[0] ?? (await call(server, 2, "GET", "/_/inbox/messages")).messages.at(-1)).id,
      requests: "/_/requests", "requests-failed": "/_/requests?status=4xx&operation=createBooking",
      "requests-empty": "/_/requests?tenant=checkout-test-17",
      request: "/_/requests/" + calls.find((c) => c.operation === "createBooking" && c.status === 201).id,
      "request-violations": "/_/requests/" + calls.find((c) => c.violations.length > 0).id,
      webhooks: "/_/webhooks", "webhooks-empty": "/_/webhooks?tenant=checkout-test-17",
      webhook: "/_/webhooks/" + hooks.find((h) => h.endpoint === accepting).id,
      "webhook-dead": "/_/webhooks/" + hooks.find((h) => h.endpoint === refusing).id + "?status=dead",
    };
  };
  return open;
}
