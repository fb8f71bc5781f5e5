// The page on which the API is tried. The token stays in this page: it is not kept in the browser.
"use strict";

SwaggerUIBundle({
  url: document.querySelector('meta[name="postflow-openapi"]').content,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
});
