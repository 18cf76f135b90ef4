// Puts a file on a web server with XMLHttpRequest: unlike fetch it tells how much has gone.

export function put(address, bytes, owner) {
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded }) => owner.invokeMethodAsync("OnSent", loaded);
  // 0 when there was no answer: it could not be reached, lets no page of ours in, or was aborted.
  const done = new Promise(resolve => { request.onloadend = () => resolve(request.status); });
  request.open("PUT", address);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(bytes);
  return { status: () => done, abort: () => request.abort() };
}
