// Hands the contract to the renderer, in the theme of the page.
"use strict";

{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const { contract, key } = window.reference;
  const [scheme] = Object.keys(contract.components?.securitySchemes ?? {});

  /** What is left out would call other hosts, or offer what needs them. The policy of the page forbids it as well. */
  const quiet = {
    agent: { disabled: true },
    mcp: { disabled: true },
    proxyUrl: "",
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false,
  };

  const configuration = () => ({
    ...quiet,
    authentication: {
      preferredSecurityScheme: scheme,
      securitySchemes: scheme && key ? { [scheme]: { value: key } } : {},
    },
    content: contract,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    defaultOpenAllTags: true,
    documentDownloadType: "none", // the page has links to the file as it is
    forceDarkModeState: root.dataset.theme ?? (system.matches ? "dark" : "light"),
    generateOperationSlug: ({ operationId }) => operationId,
    hideClientButton: true,
    hideDarkModeToggle: true,
    orderRequiredPropertiesFirst: false,
    orderSchemaPropertiesBy: "preserve",
    theme: "none",
  });

  const app = Scalar.createApiReference("#reference", configuration());
  const follow = () => app.updateConfiguration(configuration());
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  system.addEventListener("change", follow);

  /** Marks how sure a clause is, names what the renderer leaves without a name, lets the keyboard reach what scrolls. */
  function mend() {
    for (const code of document.querySelectorAll("#reference code:not([class])")) {
      const basis = /^(?:null: )?(stated|shown|inferred)$/.exec(code.textContent)?.[1];
      if (basis) code.className = `basis ${basis}`;
    }
    for (const list of document.querySelectorAll("#reference .endpoints:not([tabindex])")) list.tabIndex = 0;
    for (const button of document.querySelectorAll("#reference .scalar-code-copy:not([aria-label])")) {
      button.setAttribute("aria-label", "Copy");
    }
    for (const field of document.querySelectorAll("#reference [role=combobox]:not([aria-label])")) {
      field.setAttribute("aria-label", field.dataset.placeholder || "Value");
      if (!field.hasAttribute("aria-expanded")) field.setAttribute("aria-expanded", "false");
      if (!field.hasAttribute("aria-controls")) field.setAttribute("aria-controls", "reference");
    }
  }
  new MutationObserver(mend).observe(document.querySelector("#reference"), { childList: true, subtree: true });
}
