# Access of clients, which is closed by default: until you set `tokens` or `auth = "none"`, connect rejects every client.

variable "auth" {
  description = "\"jwt\" requires a token that matches `tokens`. \"none\" lets every client connect and read every event; use it for demos only."
  type        = string
  default     = "jwt"

  validation {
    condition     = contains(["jwt", "none"], var.auth)
    error_message = "auth: unknown value \"${var.auth}\". Use \"jwt\" or \"none\"."
  }

  validation {
    condition     = var.auth != "none" || var.tokens == null
    error_message = "auth: \"none\" accepts clients without a token, but tokens is set. Set tokens only when auth is \"jwt\"."
  }
}

variable "tokens" {
  description = "The token issuer that connections trust, and the web pages that may connect. `issuer` and `audience` must equal the token's `iss` and `aud`. The keys come from `jwks_url` or `jwks` (JSON). `origins` lists web origins; \"-\" allows clients that are not browsers. See docs/reference/tokens.md."
  type = object({
    issuer     = string
    audience   = string
    algorithms = optional(list(string), ["RS256"])
    jwks_url   = optional(string)
    jwks       = optional(string)
    origins    = optional(list(string), ["-"])
  })
  default = null

  # The functions check the same rules when they start (crates/tokens/src/config.rs,
  # functions/authorize/src/origins.rs). Terraform checks them before it deploys anything.
  validation {
    condition     = alltrue([for tokens in var.tokens[*] : alltrue([for text in [tokens.issuer, tokens.audience] : can(regex("^\\S(.*\\S)?$", text))])])
    error_message = "tokens: issuer or audience is empty, or starts or ends with a space. Set issuer and audience to the exact iss and aud of your tokens."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : !can(regex("^(.*?://)?([^/:?#]*[.])?localhost[.]*([/:?#]|$)", lower(tokens.issuer)))])
    error_message = "tokens: issuer is on localhost. Use an issuer with a public host name; only local mode accepts development issuers."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : length(tokens.algorithms) > 0 && length(setsubtract(tokens.algorithms, keys(local.key_kinds))) == 0])
    error_message = "tokens: algorithms is empty or contains an unsupported algorithm. Use one or more of the algorithms ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384 and RS512; symmetric algorithms (HS...) are not safe here."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : (tokens.jwks_url == null) != (tokens.jwks == null)])
    error_message = "tokens: jwks_url and jwks are both set or both missing. Set either jwks_url to the address of the issuer's key set, or jwks to the key set itself."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : tokens.jwks_url == null || can(regex("^https://[^/?#@\\s]+([/?#]\\S*)?$", tokens.jwks_url))])
    error_message = "tokens: jwks_url is not an https address. Use an https address in jwks_url, such as https://login.example.com/.well-known/jwks.json."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : tokens.jwks == null || anytrue([
      for key in try(jsondecode(tokens.jwks).keys, []) : anytrue([
        for algorithm in tokens.algorithms : try(local.key_kinds[algorithm] == trimspace("${key.kty} ${try(key.crv, "")}"), false)
      ])
    ])])
    error_message = "tokens: jwks has no key for the algorithms ${join(", ", try(var.tokens.algorithms, []))}. Set jwks to JSON of the form {\"keys\":[...]} with at least one key for the algorithms."
  }

  validation {
    condition     = alltrue([for key in try(jsondecode(var.tokens.jwks).keys, []) : !can(key.d) && !can(key.k)])
    error_message = "tokens: jwks contains a private key (d) or a secret (k), which lets anyone create tokens. Use public keys only in jwks, and replace a private key that you shared."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : length(tokens.origins) > 0 && alltrue([for origin in tokens.origins :
      origin == "-" || (can(regex("^https?://[a-z0-9.:\\[\\]-]+$", origin)) && !can(regex("^(https:.*:443|http:.*:80)$", origin)))
    ])])
    error_message = "tokens: origins is empty or contains an invalid origin. Use origins such as https://app.example.com, in lowercase, without a path and without port 80 or 443; use \"-\" for clients that are not browsers."
  }
}

locals {
  # The key type (kty) and the curve (crv) that each algorithm needs.
  key_kinds = {
    RS256 = "RSA", RS384 = "RSA", RS512 = "RSA"
    PS256 = "RSA", PS384 = "RSA", PS512 = "RSA"
    ES256 = "EC P-256", ES384 = "EC P-384", EdDSA = "OKP Ed25519"
  }

  # Environment variables of the functions that verify tokens. Re-encoding removes white space from the key set, because
  # an environment holds 4 KB.
  token_rules = merge([for tokens in var.tokens[*] : {
    for name, value in {
      ISSUER     = tokens.issuer
      AUDIENCE   = tokens.audience
      ALGORITHMS = join(",", tokens.algorithms)
      JWKS_URL   = tokens.jwks_url
      JWKS       = try(jsonencode(jsondecode(tokens.jwks)), null)
    } : name => value if value != null
  }]...)

  origins = join(",", try(var.tokens.origins, []))
}

check "clients_can_connect" {
  assert {
    condition     = var.auth == "none" || var.tokens != null
    error_message = "No client can connect: tokens is not set. Set tokens (see docs/start/deploy.md), or set auth to \"none\" for a demo in which every client sees every event."
  }
}
