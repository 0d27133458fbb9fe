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
  description = "The token issuer that connections trust, and the web pages that may connect. `issuer` must equal the token's `iss`, and `audience` (or one of `audiences`) its `aud`, or its `client_id` or `azp` if it has no `aud`. The keys come from `jwks_url` or `jwks` (JSON). `subject_claim` identifies the user. For several issuers, list them in `issuers` instead; `algorithms` and `subject_claim` are then the defaults of the list. `leeway` is the number of seconds by which `nbf` and `iat` may be in the future, 0 to 60, by default 5. `origins` lists web origins; \"-\" allows clients that are not browsers. See docs/reference/tokens.md."
  type = object({
    issuer        = optional(string)
    audience      = optional(string)
    audiences     = optional(list(string), [])
    algorithms    = optional(list(string), ["RS256"])
    jwks_url      = optional(string)
    jwks          = optional(string)
    subject_claim = optional(string, "sub")
    issuers = optional(list(object({
      issuer        = string
      audiences     = list(string)
      algorithms    = optional(list(string))
      jwks_url      = optional(string)
      jwks          = optional(string)
      subject_claim = optional(string)
    })), [])
    leeway  = optional(number)
    origins = optional(list(string), ["-"])
  })
  default = null

  # The functions check the same rules when they start (crates/tokens/src/config.rs,
  # functions/authorize/src/origins.rs). Terraform checks them before it deploys anything. The rules for an issuer apply to
  # `tokens` itself and to each of `tokens.issuers`, whose members have the same names. A local value cannot join them,
  # because it would depend on the variable that it checks.
  validation {
    condition = alltrue([for tokens in var.tokens[*] : length(tokens.issuers) == 0 ? tokens.issuer != null : (
      tokens.issuer == null && tokens.audience == null && length(tokens.audiences) == 0 && tokens.jwks_url == null && tokens.jwks == null
    )])
    error_message = "tokens: issuer and issuers are both set or both missing. For one issuer, set issuer, audience and jwks_url. For several, set issuers only, and give each its own audiences and jwks_url."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.issuer == null || can(regex("^[^\\s,]+$", issuer.issuer))])
    error_message = "tokens: issuer is empty, or contains a space or a comma. Set issuer to the exact iss of your tokens; list several issuers in issuers."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : length(distinct(tokens.issuers[*].issuer)) == length(tokens.issuers)])
    error_message = "tokens: issuers contains an issuer twice. List each issuer once, with all its audiences."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.issuer == null || anytrue([for audience in concat(try(issuer.audience[*], []), issuer.audiences) : true])])
    error_message = "tokens: audience is missing. Set audience to the exact aud of your tokens, or audiences to a list of them."
  }

  validation {
    condition     = alltrue([for audience in flatten([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : concat(try(issuer.audience[*], []), issuer.audiences)]) : can(regex("^\\S(.*\\S)?$", audience))])
    error_message = "tokens: an audience is empty, or starts or ends with a space. Set audience to the exact aud of your tokens, or audiences to a list of them."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : alltrue([for audience in concat(tokens.audience[*], tokens.audiences) :
      !can(regex("[\\s,;\"'\\[\\]{}]", trimspace(audience)))
    ])])
    error_message = "tokens: an audience contains a comma, a semicolon, a space, a quote or a bracket. Write several audiences as a list: audiences = [\"web\", \"mobile\"]. Only audiences in issuers can contain such a character."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.subject_claim == null || can(regex("\\S", issuer.subject_claim))])
    error_message = "tokens: subject_claim is empty. Set subject_claim to the name of the claim that identifies the user, such as sub or oid."
  }

  validation {
    condition     = alltrue([for tokens in var.tokens[*] : tokens.leeway == null || try(contains(range(0, 61), tokens.leeway), false)])
    error_message = "tokens: leeway is not a number of seconds from 0 to 60. Set leeway to 30, for example."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : !can(regex("^(.*?://)?([^/:?#]*[.])?localhost[.]*([/:?#]|$)", lower(issuer.issuer)))])
    error_message = "tokens: issuer is on localhost. Use an issuer with a public host name; only local mode accepts development issuers."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.algorithms == null || try(length(issuer.algorithms) > 0 && length(setsubtract(issuer.algorithms, keys(local.key_kinds))) == 0, false)])
    error_message = "tokens: algorithms is empty or contains an unsupported algorithm. Use one or more of the algorithms ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384 and RS512; symmetric algorithms (HS...) are not safe here."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.issuer == null || (issuer.jwks_url == null) != (issuer.jwks == null)])
    error_message = "tokens: jwks_url and jwks are both set or both missing. Set either jwks_url to the address of the issuer's key set, or jwks to the key set itself."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.jwks_url == null || can(regex("^https://[^/?#@\\s]+([/?#]\\S*)?$", issuer.jwks_url))])
    error_message = "tokens: jwks_url is not an https address. Use an https address in jwks_url, such as https://login.example.com/.well-known/jwks.json."
  }

  validation {
    condition = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : issuer.jwks == null || anytrue([
      for key in try(jsondecode(issuer.jwks).keys, []) : anytrue([
        for algorithm in coalesce(issuer.algorithms, var.tokens.algorithms) : try(local.key_kinds[algorithm] == trimspace("${key.kty} ${try(key.crv, "")}"), false)
      ])
    ])])
    error_message = "tokens: jwks has no key for the algorithms. Set jwks to JSON of the form {\"keys\":[...]} with at least one key for algorithms."
  }

  validation {
    condition     = alltrue([for issuer in concat(var.tokens[*], flatten(var.tokens[*].issuers)) : alltrue([for key in try(jsondecode(issuer.jwks).keys, []) : !can(key.d) && !can(key.k)])])
    error_message = "tokens: jwks contains a private key (d) or a secret (k), which lets anyone create tokens. Use public keys only in jwks, and replace a private key that you shared."
  }

  validation {
    condition = alltrue([for tokens in var.tokens[*] : length(tokens.origins) > 0 && alltrue([for origin in tokens.origins :
      contains(["-", "null", "file://"], origin) || (
        can(regex("^[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[a-f0-9:]+\\])(:[1-9][0-9]{0,4})?$", origin))
        && !can(regex("^(https:.*:443|http:.*:80|file:.*|wss?:.*)$", origin))
      )
    ])])
    error_message = "tokens: origins is empty or contains an invalid origin. Write scheme and host in lowercase, without a path, a final slash and port 80 or 443: http://localhost:5173, not localhost:5173 or http://localhost:5173/. Apps send origins such as capacitor://localhost, file:// or null; use \"-\" for clients that send none."
  }
}

locals {
  # The key type (kty) and the curve (crv) that each algorithm needs.
  key_kinds = {
    RS256 = "RSA", RS384 = "RSA", RS512 = "RSA"
    PS256 = "RSA", PS384 = "RSA", PS512 = "RSA"
    ES256 = "EC P-256", ES384 = "EC P-384", EdDSA = "OKP Ed25519"
  }

  # One entry for each issuer, whether the variable has one or a list.
  issuers = flatten([for tokens in var.tokens[*] : [
    for issuer in(length(tokens.issuers) > 0 ? tokens.issuers : [{
      issuer    = coalesce(tokens.issuer, " ")
      audiences = concat(tokens.audience[*], tokens.audiences)
      jwks_url  = tokens.jwks_url, jwks = tokens.jwks, algorithms = null, subject_claim = null
      }]) : merge(issuer, {
      algorithms    = issuer.algorithms == null ? tokens.algorithms : issuer.algorithms
      subject_claim = issuer.subject_claim == null ? tokens.subject_claim : issuer.subject_claim
    })
  ]])

  # Environment variables of the functions that verify tokens. Re-encoding removes white space from the key set, because
  # an environment holds 4 KB.
  token_rules = merge([for tokens in var.tokens[*] : {
    for name, value in merge(length(tokens.issuers) > 0 ? local.rules_of_several : local.rules_of_one, {
      LEEWAY = try(tostring(tokens.leeway), null)
    }) : name => value if value != null
  }]...)

  rules_of_one = {
    ISSUER        = try(local.issuers[0].issuer, null)
    AUDIENCE      = try(join(",", local.issuers[0].audiences), null)
    ALGORITHMS    = try(join(",", local.issuers[0].algorithms), null)
    JWKS_URL      = try(local.issuers[0].jwks_url, null)
    JWKS          = try(jsonencode(jsondecode(local.issuers[0].jwks)), null)
    SUBJECT_CLAIM = try(local.issuers[0].subject_claim == "sub" ? null : local.issuers[0].subject_claim, null)
    ISSUERS       = null
  }

  rules_of_several = merge({ for name, value in local.rules_of_one : name => null }, {
    ISSUERS = jsonencode([for issuer in local.issuers : {
      for name, value in {
        issuer        = issuer.issuer
        audience      = issuer.audiences
        algorithms    = issuer.algorithms
        jwks_url      = issuer.jwks_url
        jwks          = try(jsondecode(issuer.jwks), null)
        subject_claim = issuer.subject_claim
      } : name => value if value != null
    }])
  })

  origins = join(",", try(var.tokens.origins, []))
}

check "clients_can_connect" {
  assert {
    condition     = var.auth == "none" || var.tokens != null
    error_message = "No client can connect: tokens is not set. Set tokens (see docs/start/deploy.md), or set auth to \"none\" for a demo in which every client sees every event."
  }
}
