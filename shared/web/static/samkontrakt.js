// The few things a page does by itself. Everything works without them.

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
});

// A page that htmx brought does not move the focus; the error summary in it asks for it.
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.(".nhsuk-error-summary")?.focus();
});

// An answer link in an error summary leads into the field, not only to its place.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".nhsuk-error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
  (field.labels?.[0] ?? field).scrollIntoView();
});

// Before the session runs out the page asks whether to go on. The server says how long it stands: another window may have
// used it. When it is over the page goes to sign in; what was typed last goes along, and is kept there and not done.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector(".sk-stay");
  if (!box) return;
  const { left, warn, look, stay, over } = box.dataset;
  const [more, close, longest] = ["more", "close", "longest"].map((name) => box.querySelector(`[data-${name}]`));
  let until = Date.now() + left * 1000;
  let typed = null;
  let understood = false;
  const ask = async (address, method) => {
    const answer = await fetch(address, { method });
    if (!answer.ok) throw new Error(answer.status);
    const { left } = await answer.json();
    until = Date.now() + left * 1000;
    return left;
  };
  const leave = () => {
    if (typed?.isConnected) typed.submit();
    else location.assign(`${over}?next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  const watch = async () => {
    if (until - Date.now() > warn * 1000) return;
    const left = await ask(look, "GET").catch(() => null);
    if (left === null) return;
    if (left <= 0) leave();
    else if (left > warn) box.close();
    else if (!box.open && !understood) box.showModal();
  };
  document.addEventListener("input", (event) => {
    if (event.target.form?.method === "post") typed = event.target.form;
  });
  more.addEventListener("click", async () => {
    const left = await ask(stay, "POST").catch(() => null);
    if (left === null) return;
    if (left <= 0) leave();
    else if (left > warn) box.close();
    else [more.hidden, longest.hidden, close.hidden] = [true, false, false];
    if (!close.hidden) close.focus();
  });
  close.addEventListener("click", () => {
    understood = true;
    box.close();
  });
  setInterval(watch, 10000);
  document.addEventListener("visibilitychange", watch);
  watch();
});
