// This page was made for somebody who is not logged in: private pages of this browser lock.
export default function nobody() {
  const line = new BroadcastChannel("sotto-private");
  line.postMessage("nobody");
  line.close();
}
