// Tests of the pages in a browser: Chromium of CHROMIUM, the program of
// MEETWRIGHT. With SCREENSHOTS, pictures of all pages go to that directory.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { fill, receiver, start } from "./server.mjs";

const sizes = [{ width: 320, height: 640 }, { width: 1280, height: 900 }];
const schemes = ["light", "dark"];
const attendee = ["attendee-manage", "attendee-confirm", "attendee-host"];
const plane = [
  "overview", "overview-tenant", "inbox", "inbox-empty", "message", "requests", "requests-failed", "requests-empty", "request",
  "request-violations", "webhooks", "webhooks-empty", "webhook", "webhook-dead",
];

let server, browser, refusing, accepting;
let paths = {};

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  refusing = await receiver(500);
  accepting = await receiver(204);
  server = await start();
  paths = await fill(server, refusing.url, accepting.url);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  refusing?.stop();
  accepting?.stop();
});

// visit opens a page and calls look; what the page complains of fails.
async function visit(name, options, look) {
  const context = await browser.newContext({ locale: "en", ...options });
  try {
    await context.addInitScript({ content: axe.source }); // which no policy of a page stops
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => { complaints.push("dialog " + dialog.message()); dialog.dismiss(); });
    page.on("request", (request) => { if (!request.url().startsWith(server.url + "/")) complaints.push("asks for " + request.url()); });
    const answer = await page.goto(server.url + paths[name], { waitUntil: "load" });
    assert.equal(answer.status(), 200, await answer.text());
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// sound holds for each page.
async function sound(name) {
  await visit(name, {}, async (page) => {
    for (const viewport of sizes) {
      for (const colorScheme of schemes) {
        const where = `${name} at ${viewport.width} px, ${colorScheme}`;
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        if (process.env.SCREENSHOTS) {
          await fold(page, true);
          await page.setViewportSize({ ...viewport, height: 2000 }); // a frame out of sight is not painted
          await page.waitForTimeout(300);
          await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
        }
        await fold(page, false);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${where} is ${wide} px too wide`);
        // A frame in which no script may run cannot be asked.
        const found = await page.evaluate(() => axe.run(document, { iframes: false }));
        const told = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")}`);
        assert.deepEqual(told, [], where);
      }
    }
    await reachable(page);
  });
}

// fold closes or opens whatever can be folded.
const fold = (page, closed) => page.evaluate((closed) => {
  for (const details of document.querySelectorAll("details")) details.open = !closed;
}, closed);

// reachable holds when the tab key leads to all that can be operated, and
// each shows that it is there.
async function reachable(page) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary")].filter((e) => e.checkVisibility());
    const groups = new Set(); // of radio buttons, of which one can be reached
    return all.filter((e) => e.type !== "radio" || (!groups.has(e.name) && groups.add(e.name)))
      .map((e, i) => { e.dataset.stop = i; return e.outerHTML.slice(0, 120); });
  });
  const reached = new Set();
  for (let i = 0; i < wanted.length + 20 && reached.size < wanted.length; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      const shown = e.type === "radio" ? e.closest("label") : e;
      return { at: e.dataset.stop, outlined: getComputedStyle(shown).outlineStyle !== "none", html: e.outerHTML.slice(0, 120) };
    });
    if (stop.at === undefined) continue; // the frame of a mail, or what is in it
    assert.ok(stop.outlined, "does not show that it has the focus: " + stop.html);
    reached.add(Number(stop.at));
  }
  assert.deepEqual(wanted.filter((_, i) => !reached.has(i)), [], "not reached");
}

describe("the pages for attendees and hosts", () => {
  for (const name of attendee) test(name, () => sound(name));

  test("a time is on one line", () => visit("attendee-manage", { viewport: sizes[0] }, async (page) => {
    const heights = await page.locator(".time span").evaluateAll((all) => all.map((e) => e.offsetHeight));
    assert.ok(heights.length > 0 && Math.max(...heights) < 36, "heights are " + heights);
  }));
});

describe("the pages of the control plane", () => {
  before(async () => { paths = await paths.after(); });
  for (const name of plane) test(name, () => sound(name));

  test("a mail is shown, and does nothing", () => visit("message", {}, async (page) => {
    const frame = page.frameLocator("iframe");
    await frame.locator("body").getByText("Intro Call").first().waitFor();
    assert.equal(await page.locator("iframe").getAttribute("sandbox"), "");
  }));

  test("what strangers sent is text", () => visit("request-violations", {}, async (page) => {
    await page.locator("section", { hasText: "Request" }).getByText("<script>alert(3)</script>").last().waitFor();
    assert.equal(await page.locator("main script, main img").count(), 0);
  }));

  test("copies and keeps up", () => visit("requests", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.getByRole("checkbox", { name: "Keep up" }).check();
    const rows = page.locator(".rows > li");
    const before = await rows.count();
    await fetch(server.url + "/v4/user/me", { headers: { Authorization: `Bearer ${server.apiKey}` } });
    await rows.nth(before).waitFor();
    await rows.first().getByRole("link").click();
    await page.getByText("As curl").click();
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl -X GET 'http:\/\/127/);
  }));

  test("all of it works without a script", () => visit("overview-tenant", { javaScriptEnabled: false }, async (page) => {
    const press = async (name, notice) => {
      await page.getByRole("button", { name }).click();
      assert.match(await page.getByRole("status").textContent(), notice);
      assert.match(page.url(), /[?&]tenant=checkout-test-17/);
    };
    await press("Advance 1 day", /The clock was advanced; nothing was due/);
    await press("Release to the real time", /shows the real time/);
    await press("Reset", /as it was at the start/);
    const key = { Authorization: `Bearer ${server.apiKey}`, "X-Stub-Tenant": "checkout-test-17" };
    await fetch(server.url + "/v4/user/me", { headers: key });
    await page.getByRole("link", { name: "Requests" }).click();
    await page.getByRole("link", { name: "GET /v4/user/me" }).click();
    await press("Resend", /made again/);
    assert.match(page.url(), /requests\/[0-9a-f-]{36}\?done=resent/);
    await page.getByRole("link", { name: "The server’s own" }).click();
    assert.doesNotMatch(page.url(), /tenant/);
    await page.getByLabel("Tenant").fill("another");
    await page.getByLabel("Tenant").press("Enter");
    assert.match(page.url(), /\?tenant=another$/);
  }));

  test("a dead delivery is made again", () => visit("webhook-dead", {}, async (page) => {
    const dead = await page.locator(".delivery").count();
    assert.ok(dead > 0);
    await page.getByRole("button", { name: "Redeliver" }).first().click();
    await page.getByRole("status").waitFor();
    assert.match(page.url(), /status=dead/);
  }));
});
