// What pages cannot do by themselves: say that the platform was not reached, and keep the form.
(() => {
  const offline = () => document.getElementById("offline");
  document.addEventListener("htmx:before:request", () => { offline().hidden = true; });
  document.addEventListener("htmx:error", () => { offline().hidden = false; });
  document.addEventListener("htmx:after:request", (event) => {
    const kind = event.detail.ctx.response.headers.get("content-type") || "";
    if (!kind.startsWith("text/html")) {
      event.preventDefault(); // not a page of ours: nothing to show in place of the form
      offline().hidden = false;
    }
  });
})();
