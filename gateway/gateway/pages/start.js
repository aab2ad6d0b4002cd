// Starts Swagger UI on our own document. No validator badge: it would call a server of others.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  supportedSubmitMethods: ["get", "post", "put", "patch", "delete"],
});
