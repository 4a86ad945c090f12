/* A form that a passkey answers: data-ceremony is log-in, confirm or add. */

const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toBase64Url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

export default function passkey(form) {
  const trouble = form.querySelector("[data-part=trouble]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const answer = form.dataset.ceremony === "add" ? await add(form) : await confirm(form);
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      trouble.textContent =
        "PublicKeyCredential" in window ? trouble.dataset.refused : trouble.dataset.unsupported;
      trouble.hidden = false;
      console.info("passkey", error.name);
    }
  });
  form.querySelector("[data-part=go]").disabled = false;
}

async function add(form) {
  const { publicKey } = (await challenge(form)).creation_options;
  const alone = form.elements.passwordless.checked;
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: fromBase64Url(publicKey.challenge),
      user: { ...publicKey.user, id: fromBase64Url(publicKey.user.id) },
      excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBinaryId),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        userVerification: "required",
      },
    },
  });
  return asJson(credential, {
    clientDataJSON: credential.response.clientDataJSON,
    attestationObject: credential.response.attestationObject,
  });
}

async function confirm(form) {
  const { publicKey } = (await challenge(form)).request_options;
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: fromBase64Url(publicKey.challenge),
      allowCredentials: (publicKey.allowCredentials ?? []).map(withBinaryId),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return asJson(credential, { clientDataJSON, authenticatorData, signature, userHandle });
}

/* The page carries the challenge, except for a log-in: nobody knows yet whether one is wanted. */
async function challenge(form) {
  if (form.dataset.ceremony !== "log-in") {
    return JSON.parse(form.querySelector("script[type='application/json']").textContent);
  }
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

const withBinaryId = (descriptor) => ({ ...descriptor, id: fromBase64Url(descriptor.id) });

function asJson(credential, response) {
  const sent = Object.entries(response).filter(([, value]) => value);
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(sent.map(([name, value]) => [name, toBase64Url(value)])),
  };
}
