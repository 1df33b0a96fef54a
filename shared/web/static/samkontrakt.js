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
