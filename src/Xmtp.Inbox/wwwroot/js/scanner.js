// Pictures for the reader of QR codes: from the camera, or from a file. What leaves here is brightness, one byte a pixel.

const WIDTH_MAX = 800;

function brightness(source, width, height) {
  const scale = Math.min(1, WIDTH_MAX / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint8Array(4 + data.length / 4);
  new DataView(pixels.buffer).setInt32(0, canvas.width, true);
  for (let i = 0; i < data.length / 4; i++) {
    // Transparent counts as white, as paper does.
    const opacity = data[4 * i + 3] / 255;
    pixels[4 + i] = 255 - opacity * (255 - (data[4 * i] * 0.299 + data[4 * i + 1] * 0.587 + data[4 * i + 2] * 0.114));
  }
  return pixels;
}

// Four bytes of width, least significant first, then the rows.
export async function fromFile(bytes) {
  const picture = await createImageBitmap(new Blob([bytes]));
  try {
    return brightness(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

// The element may be gone from the page before the camera is given back.
let camera = null;

// What browsers say themselves is for programmers, and differs from one to the next.
const REFUSALS = {
  NotAllowedError: "The browser does not let this page use the camera. Its settings for this page say why.",
  NotFoundError: "There is no camera here. Take a picture of the code, or type the address.",
  NotReadableError: "Another program uses the camera.",
};

export async function startCamera(video) {
  try {
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (failure) {
    throw new Error(REFUSALS[failure.name] ?? failure.message);
  }
  video.srcObject = camera;
  await video.play();
}

export const fromCamera = video => video.videoWidth === 0 ? null : brightness(video, video.videoWidth, video.videoHeight);

export function stopCamera() {
  for (const track of camera?.getTracks() ?? []) track.stop();
  camera = null;
}
