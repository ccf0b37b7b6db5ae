// Photos shrink on the phone: at most 1,600 pixels a side and 300 KB, made anew, so that nothing but the picture travels.

const LONGEST = 1600;
const MOST = 300 * 1024;
const QUALITIES = [0.85, 0.75, 0.65, 0.55];

export async function shrink(file) {
  const at = new Date(file.lastModified || Date.now()).toISOString();
  const picture = await read(file);
  let scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  for (;;) {
    const canvas = drawn(picture, scale);
    for (const quality of QUALITIES) {
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob && (blob.size <= MOST || canvas.width < 320)) return kept(blob, at);
    }
    scale *= 0.8;
  }
}

async function kept(blob, at) {
  return { bytes: await blob.arrayBuffer(), type: "image/jpeg", at, file: `${at.slice(0, 19).replace(/:/g, "")}.jpg` };
}

/* turned upright as its EXIF says; older browsers do so for <img> alone */
export async function read(file) {
  if (window.createImageBitmap) {
    try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch (unknown) { /* an <img> may know more kinds */ }
  }
  const shown = new Image();
  shown.src = URL.createObjectURL(file);
  await shown.decode();
  return Object.assign(shown, { width: shown.naturalWidth, height: shown.naturalHeight });
}

export function drawn(picture, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
