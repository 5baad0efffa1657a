// What the pages can do without, and do better with: copying, and lists that
// keep up.
"use strict";

for (const pre of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(pre.innerText);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(pre); // without a secure origin
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  pre.before(button);
}

const heading = document.querySelector("h1");
if (document.getElementById("live") && heading) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.className = "follow";
  label.append(box, "Keep up");
  heading.before(label);
  const refresh = async () => {
    const live = document.getElementById("live");
    if (!box.checked || document.hidden || live.contains(document.activeElement) || live.querySelector("details[open]")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("live");
    if (next) live.replaceWith(document.adoptNode(next));
  };
  setInterval(() => refresh().catch(() => {}), 2000); // a server that is away may come back
}
