// Django's token, as a cookie: it survives boosted pages and changes with a log-in by itself.
export function csrfToken() {
  const name = document.documentElement.dataset.csrfCookie;
  const pair = document.cookie.split("; ").find((row) => row.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}
