// Runs before the first paint: the chosen theme, or the system's until one is chosen.
(function () {
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function kept() {
    try { return localStorage.getItem("theme"); } catch (refused) { return null; }
  }
  function apply() {
    var chosen = root.dataset.theme !== "system" ? root.dataset.theme : kept() || "system";
    var name = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    root.setAttribute("data-bs-theme", name);
    root.dataset.chosenTheme = chosen;
  }
  root.classList.add("has-script");
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("steward:theme", function (event) {
    try { localStorage.setItem("theme", event.detail); } catch (refused) { /* private window: this page only */ }
    root.dataset.theme = event.detail;
    apply();
  });
})();
