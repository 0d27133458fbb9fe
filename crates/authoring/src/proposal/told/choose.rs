//! What is told of what was seen.

use super::super::Key;
use super::super::expression;
use super::super::naming::words;
use super::super::seen::{Kind, Seen};
use super::super::sensitive::Sensitive;
use super::super::wording::{self, Access};
use super::{Form, Left, Member, Reason, Told, Typed};

/// Amounts are whole only by chance.
const AMOUNTS: [&str; 11] =
    ["amount", "balance", "cost", "costs", "discount", "fee", "price", "subtotal", "sum", "tax", "total"];
/// A map of more names than these is a dictionary.
const MOST_MEMBERS: usize = 40;
const MOST_LEVELS: usize = 4;
/// Of the names that a changed event compares, in one expression.
const MOST_CHARACTERS: usize = 1_500;
const QUOTES_AND_COMMA: usize = 4;

/// Where a value is: what can be written of it depends on that.
#[derive(Clone, Copy)]
struct Place<'p> {
    access: &'p Access,
    depth: usize,
    /// Whether it is in an element of a list: there, everything must be plain (see `expression::plain`).
    is_in_list: bool,
}

impl Place<'_> {
    /// Whether a list cannot be walked over here: expressions have two loops at most, and an optional takes them.
    fn is_a_loop_too_many(self) -> bool {
        self.is_in_list || self.access.is_optional
    }
}

impl Told {
    /// Of whole items, the attributes of their key first.
    pub fn of(items: &Seen, key: &Key) -> Self {
        let access = Access::of("item");
        let mut told = Self::default();
        told.members_of(items, Place { access: &access, depth: 0, is_in_list: false }, "");
        told.members
            .sort_by_key(|member| key.names().position(|name| name == member.name).unwrap_or(usize::MAX));
        told.shorten();
        told
    }

    fn members_of(&mut self, seen: &Seen, place: Place<'_>, outer: &str) {
        for (name, member) in &seen.members {
            let path = format!("{outer}{}", wording::printed(name));
            let is_optional = member.count < seen.maps;
            match self.member(name, member, is_optional, place, &path) {
                Ok(member) => self.members.push(member),
                Err(reason) => {
                    let line = (place.depth == 0 && reason != Reason::Unwritable)
                        .then(|| wording::yaml_line(name, &place.access.step(name, is_optional).to_string()));
                    self.left.push(Left { path, line, reason });
                }
            }
        }
    }

    fn member(
        &mut self,
        name: &str,
        seen: &Seen,
        is_optional: bool,
        place: Place<'_>,
        path: &str,
    ) -> Result<Member, Reason> {
        if !wording::can_be_written(name) {
            return Err(Reason::Unwritable);
        }
        if let Some(looks) = Sensitive::by_name(name).or(seen.looks) {
            return Err(Reason::Looks(looks));
        }
        let access = place.access.step(name, is_optional || place.access.is_optional);
        let inner = Place { access: &access, ..place };
        let value = self.value(name, seen, inner, path)?;
        let member = Member { name: name.to_owned(), value, is_optional: access.is_optional };
        match expression::of(&member.value, &access)
            .is_some_and(|text| text.chars().count() > expression::LONGEST)
        {
            true => Err(Reason::TooMuch),
            false => Ok(member),
        }
    }

    fn value(&mut self, name: &str, seen: &Seen, place: Place<'_>, path: &str) -> Result<Typed, Reason> {
        let is_nullable = seen.kinds.contains(&Kind::Null);
        let kinds: Vec<Kind> = seen.kinds.iter().copied().filter(|kind| *kind != Kind::Null).collect();
        let form = match kinds[..] {
            [] => return Err(Reason::AlwaysNull),
            [Kind::Text] => Form::Text,
            [Kind::Truth] => Form::Truth,
            [Kind::Number] => {
                number(name, seen, place.is_in_list && (is_nullable || place.access.is_optional))
            }
            [Kind::TextSet] => Form::list(Form::Text, false),
            [Kind::NumberSet] => Form::list(number(name, seen, place.is_a_loop_too_many()), false),
            [Kind::List] => self.list(name, seen, is_nullable, place, path)?,
            [Kind::Map] if !is_nullable => Form::Object(self.below(seen, place, &format!("{path}."))?),
            [Kind::Binary] | [Kind::BinarySet] => return Err(Reason::Binary),
            _ => return Err(Reason::Mixed(seen.kinds.iter().copied().collect())),
        };
        Ok(Typed { form, is_nullable })
    }

    fn list(
        &mut self,
        name: &str,
        seen: &Seen,
        is_nullable: bool,
        place: Place<'_>,
        path: &str,
    ) -> Result<Form, Reason> {
        let elements = seen.elements.as_deref().ok_or(Reason::AlwaysEmpty)?;
        if let Some(looks) = elements.looks {
            return Err(Reason::Looks(looks));
        }
        let holds_null = elements.kinds.contains(&Kind::Null);
        let kinds: Vec<Kind> = elements.kinds.iter().copied().filter(|kind| *kind != Kind::Null).collect();
        match kinds[..] {
            [Kind::Text] => Ok(Form::list(Form::Text, holds_null)),
            [Kind::Truth] => Ok(Form::list(Form::Truth, holds_null)),
            [Kind::Number] => Ok(Form::list(number(name, elements, place.is_a_loop_too_many()), holds_null)),
            // An absent list is told as an empty one, which takes a has() for its own name alone.
            [Kind::Map]
                if !holds_null && !is_nullable && !place.is_in_list && place.access.can_be_asked_for() =>
            {
                let element = Access::of(expression::ELEMENT);
                let place = Place { access: &element, is_in_list: true, ..place };
                self.below(elements, place, &format!("{path}[].")).map(Form::Records)
            }
            [] => Err(Reason::AlwaysNull),
            [Kind::Map] | [Kind::List] => Err(Reason::TooDeep),
            [Kind::Binary] => Err(Reason::Binary),
            _ => Err(Reason::Mixed(elements.kinds.iter().copied().collect())),
        }
    }

    /// The members of a map or of a list's elements.
    fn below(&mut self, seen: &Seen, place: Place<'_>, outer: &str) -> Result<Vec<Member>, Reason> {
        let depth = place.depth + 1;
        if seen.members.len() > MOST_MEMBERS {
            return Err(Reason::Dictionary);
        }
        if depth > MOST_LEVELS || (place.is_in_list && !place.access.is_root()) {
            return Err(Reason::TooDeep);
        }
        let mut inner = Self::default();
        inner.members_of(seen, Place { depth, ..place }, outer);
        if inner.members.is_empty() {
            return Err(inner.left.into_iter().next().map_or(Reason::AlwaysEmpty, |left| left.reason));
        }
        self.left.append(&mut inner.left);
        Ok(inner.members)
    }

    /// What a changed event compares must fit an expression.
    fn shorten(&mut self) {
        let mut characters = 0;
        let kept = self.members.iter().take_while(|member| {
            characters += member.name.chars().count() + QUOTES_AND_COMMA;
            characters <= MOST_CHARACTERS
        });
        let cut = self.members.split_off(kept.count());
        self.left.extend(cut.into_iter().map(|it| Left {
            path: it.name,
            line: None,
            reason: Reason::TooMuch,
        }));
    }
}

impl Form {
    fn list(form: Self, is_nullable: bool) -> Self {
        Self::List(Box::new(Typed { form, is_nullable }))
    }
}

fn number(name: &str, seen: &Seen, must_be_plain: bool) -> Form {
    let is_amount = words(name).iter().any(|word| AMOUNTS.contains(&word.as_str()));
    match (seen.has_fractions || is_amount, must_be_plain) {
        (false, _) => Form::Whole,
        (true, false) => Form::Decimal,
        (true, true) => Form::Digits,
    }
}
