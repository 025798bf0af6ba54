/** What the pages can do without, and do better with: copy buttons, passkeys, the right address. */

const page = document.documentElement.dataset;

// Passkeys and the check of where a form comes from belong to one address. A page that was opened at another one,
// such as 127.0.0.1 for localhost, goes on at the right one.
if (location.origin !== page.origin) location.replace(page.origin + location.pathname + location.search);

/** Browsers offer the clipboard and passkeys on https and on the machine's own address only. */
if (navigator.clipboard) {
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    const status = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    button.textContent = text.dataset.copy;
    if (text.dataset.copyLabel) button.setAttribute("aria-label", `${text.dataset.copy}: ${text.dataset.copyLabel}`);
    status.setAttribute("role", "status");
    status.className = "unseen";
    button.addEventListener("click", async () => {
      const lines = text.matches("ul, ol") ? [...text.children].map((line) => line.textContent.trim()) : null;
      await navigator.clipboard.writeText(lines ? lines.join("\n") : text.textContent.trim());
      button.textContent = status.textContent = page.copied;
      setTimeout(() => {
        button.textContent = text.dataset.copy;
        status.textContent = "";
      }, 2000);
    });
    (text.closest("pre") ?? text).after(button, status);
  }
}

/** A form with `data-passkey` asks its address for options, lets the browser answer, and sends the answer. */
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.closest("[hidden]")?.removeAttribute("hidden");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const told = form.querySelector("[role=alert]");
    button.disabled = true;
    told.textContent = "";
    try {
      const fields = new URLSearchParams(new FormData(form));
      const asked = await fetch(form.dataset.passkey, { method: "POST", body: fields, redirect: "error" });
      if (!asked.ok) throw new Error(String(asked.status));
      const options = await asked.json();
      const answer =
        form.dataset.kind === "create"
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
            })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      // Cancelled, timed out, or no passkey for this service: the browser does not tell which.
      told.textContent = form.dataset.failed;
      button.disabled = false;
      button.focus();
    }
  });
}
