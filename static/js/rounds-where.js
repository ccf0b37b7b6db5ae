// Where the phone is: asked for when a stop is opened, and only when somebody said yes.
import { store } from "./core.js";

const GPS = "rounds:gps";

export function allowGps(root, said) {
  store(GPS, said);
  root.querySelector("[data-gps]").hidden = true;
}

function kindOfPermission() {
  if (!navigator.geolocation) return "none";
  try { return localStorage.getItem(GPS) || "ask"; } catch (refused) { return "ask"; }
}

/* Tells `found` what is known at once, and again when the phone has answered. */
export function locate(root, found) {
  const said = kindOfPermission();
  root.querySelector("[data-gps]").hidden = said !== "ask";
  found(said === "no" ? { whereabouts: "REFUSED" } : said === "none" ? { whereabouts: "UNAVAILABLE" } : {}, said === "yes" ? "gps_searching" : "");
  if (said !== "yes") return;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => found({ whereabouts: "GIVEN", latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy) }, ""),
    (error) => found({ whereabouts: error.code === 1 ? "REFUSED" : "UNAVAILABLE" }, ""),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 },
  );
}
