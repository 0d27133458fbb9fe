# Who may connect. Closed unless opened: with neither variable set, connect refuses everybody.

variable "auth" {
  description = "\"jwt\": who connects needs a token, as `tokens` says. \"none\": everybody may connect and see everything, for demos."
  type        = string
  default     = "jwt"

  validation {
    condition     = contains(["jwt", "none"], var.auth)
    error_message = "auth is jwt or none."
  }

  validation {
    condition     = var.auth != "none" || var.tokens == null
    error_message = "auth is none, which asks nobody for a token, and there are tokens: set one of them."
  }
}

variable "tokens" {
  description = <<-EOT
    Whose tokens count, as docs/authorization.md says: `issuer` and `audience` are what `iss` and `aud` must be, the keys are at
    `jwks_url` or are `jwks` (JSON). `origins` are the web pages that may connect; "-": clients that are no browsers.
  EOT
  type = object({
    issuer     = string
    audience   = string
    algorithms = optional(list(string), ["RS256"])
    jwks_url   = optional(string)
    jwks       = optional(string)
    origins    = optional(list(string), ["-"])
  })
  default = null

  # The functions check the same when they start (crates/tokens/src/configuration.rs, functions/authorize/src/origins.rs):
  # here it is known before anything is deployed.
  validation {
    condition     = alltrue([for tokens in var.tokens[*] : alltrue([for text in [tokens.issuer, tokens.audience] : can(regex("^\\S(.*\\S)?$", text))])])
    error_message = "tokens: issuer and audience are what the token's iss and aud are, to the letter."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : !can(regex("^(.*?://)?([^/:?#]*[.])?localhost[.]*([/:?#]|$)", lower(tokens.issuer)))])
    error_message = "tokens: an issuer on localhost is one for development, which only the local mode accepts."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : length(tokens.algorithms) > 0 && length(setsubtract(tokens.algorithms, keys(local.key_kinds))) == 0])
    error_message = "tokens: algorithms are of ${join(", ", keys(local.key_kinds))}, one at least. None is symmetric: whoever can verify such a token can make one."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : (tokens.jwks_url == null) != (tokens.jwks == null)])
    error_message = "tokens: say either jwks_url, where the issuer's key set is, or jwks, the key set itself."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : tokens.jwks_url == null || can(regex("^https://[^/?#@\\s]+([/?#]\\S*)?$", tokens.jwks_url))])
    error_message = "tokens: jwks_url is an address with https, such as https://login.example.com/.well-known/jwks.json."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : tokens.jwks == null || anytrue([
      for key in try(jsondecode(tokens.jwks).keys, []) : anytrue([
        for algorithm in tokens.algorithms : try(local.key_kinds[algorithm] == trimspace("${key.kty} ${try(key.crv, "")}"), false)
      ])
    ])])
    error_message = "tokens: jwks is JSON, {\"keys\":[...]}, with a key for one of the algorithms (${join(", ", try(var.tokens.algorithms, []))})."
  }

  validation {
    condition     = alltrue([for key in try(jsondecode(var.tokens.jwks).keys, []) : !can(key.d) && !can(key.k)])
    error_message = "tokens: jwks has a private key (d) or a secret (k): with it anybody makes tokens. Verifying takes the public part only."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : length(tokens.origins) > 0 && alltrue([for origin in tokens.origins :
      origin == "-" || (can(regex("^https?://[a-z0-9.:\\[\\]-]+$", origin)) && !can(regex("^(https:.*:443|http:.*:80)$", origin)))
    ])])
    error_message = "tokens: origins are such as https://app.example.com, in lower case, without a path or a usual port, or - for clients that send none; one at least."
  }
}

locals {
  # The key that an algorithm needs: its kty and, of a curve, its crv.
  key_kinds = {
    RS256 = "RSA", RS384 = "RSA", RS512 = "RSA"
    PS256 = "RSA", PS384 = "RSA", PS512 = "RSA"
    ES256 = "EC P-256", ES384 = "EC P-384", EdDSA = "OKP Ed25519"
  }

  # What counts as a token, for the functions that verify them. Without its spaces a key set is more likely to fit.
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

check "somebody_may_connect" {
  assert {
    condition     = var.auth == "none" || var.tokens != null
    error_message = "Nobody can connect until tokens is set (terraform/README.md), or auth = \"none\" for a demo in which everybody sees everything."
  }
}
