/** A copy button beside each block of code that can be copied; without this script the text is selected by hand. */
for (const code of document.querySelectorAll("code[data-copy]")) {
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "copy";
  button.textContent = code.dataset.copy;
  status.setAttribute("role", "status");
  status.className = "unseen";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = status.textContent = code.dataset.copied;
    setTimeout(() => {
      button.textContent = code.dataset.copy;
      status.textContent = "";
    }, 2000);
  });
  // Browsers offer the clipboard on https and on the machine's own address only.
  if (navigator.clipboard) code.closest("pre").after(button, status);
}
