use serde_json::Value;

/// EventBridge compares numbers from -5,000,000,000 to 5,000,000,000.
const MAX_MAGNITUDE: f64 = 5e9;

/// `["=", 5]`, `[">", 0]` or `[">=", 0, "<", 10]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Range(Vec<Comparison>);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Comparison {
    operator: Operator,
    bound: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Range {
    pub fn parse(tests: &Value) -> Result<Self, String> {
        let form = r#"`numeric` is a list such as [">=", 0, "<", 10]"#;
        let entries = tests.as_array().filter(|list| list.len() == 2 || list.len() == 4).ok_or(form)?;
        let range: Vec<_> = entries.chunks(2).map(comparison).collect::<Option<_>>().ok_or(form)?;
        for bound in entries.iter().skip(1).step_by(2) {
            comparable(bound)?;
        }
        match range[..] {
            [_] => Ok(Self(range)),
            [low, high] if low.is_lower() && high.is_upper() && low.bound < high.bound => Ok(Self(range)),
            _ => {
                Err("write a range as a lower bound and a higher upper bound: [\">\", 0, \"<\", 10]"
                    .to_owned())
            }
        }
    }

    pub fn contains(&self, number: f64) -> bool {
        self.0.iter().all(|comparison| comparison.holds(number))
    }
}

/// Returns why EventBridge cannot compare a number with others.
pub fn comparable(number: &Value) -> Result<(), String> {
    let magnitude = number.as_f64().map(f64::abs);
    if magnitude.is_none_or(|magnitude| magnitude > MAX_MAGNITUDE) {
        return Err(format!(
            "{number} is out of range: EventBridge compares numbers from -5000000000 to 5000000000"
        ));
    }
    Ok(())
}

fn comparison(pair: &[Value]) -> Option<Comparison> {
    let [operator, bound] = pair else { return None };
    let operator = match operator.as_str()? {
        "=" => Operator::Equal,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => return None,
    };
    bound.as_f64().map(|bound| Comparison { operator, bound })
}

impl Comparison {
    fn holds(self, number: f64) -> bool {
        match self.operator {
            Operator::Equal => number == self.bound,
            Operator::Less => number < self.bound,
            Operator::LessOrEqual => number <= self.bound,
            Operator::Greater => number > self.bound,
            Operator::GreaterOrEqual => number >= self.bound,
        }
    }

    fn is_lower(self) -> bool {
        matches!(self.operator, Operator::Greater | Operator::GreaterOrEqual)
    }

    fn is_upper(self) -> bool {
        matches!(self.operator, Operator::Less | Operator::LessOrEqual)
    }
}
