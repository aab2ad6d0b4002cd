// Asks the browser for a passkey, puts its answer into the form and sends it. Without script the forms stay hidden, and the
// password is there. The question comes with the page (data-question), so nothing is fetched.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function make(question) {
  const publicKey = {
    ...question,
    challenge: toBytes(question.challenge),
    user: { ...question.user, id: toBytes(question.user.id) },
    excludeCredentials: named(question.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
    },
  };
}

async function use(question) {
  const publicKey = { ...question, challenge: toBytes(question.challenge), allowCredentials: named(question.allowCredentials) };
  const used = await navigator.credentials.get({ publicKey });
  return {
    id: used.id,
    rawId: toText(used.rawId),
    type: used.type,
    response: {
      clientDataJSON: toText(used.response.clientDataJSON),
      authenticatorData: toText(used.response.authenticatorData),
      signature: toText(used.response.signature),
      userHandle: used.response.userHandle ? toText(used.response.userHandle) : null,
    },
  };
}

for (const form of document.querySelectorAll("form[data-question]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-trouble]");
    trouble.hidden = true;
    try {
      const ask = form.dataset.kind === "add" ? make : use;
      form.elements.answer.value = JSON.stringify(await ask(JSON.parse(form.dataset.question)));
      form.submit();
    } catch {
      trouble.hidden = false; // somebody changed their mind, or their device said no
    }
  });
}
