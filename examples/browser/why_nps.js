// What an answer mentions, in the browser, while it is typed. Reads the file of `export_browser`;
// says of a clause exactly what `read_browser` says of it in Python. No dependencies, nothing is sent.
"use strict";

const START = "<s>";
const END = "</s>";
const LONGEST_WORD = 24;
const WORD = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|[!?]+|[^\p{L}\p{N}_\s.,;:'"()/-]/gu;
const LONG_NUMBER = /^\p{Nd}{5,}$/u;
const ACCENTED = "àáâãäåèéêëìíîïòóôõöùúûüýÿñç";

/** Decode base64 into bytes, in a browser and in Node. */
function decode(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Make the content of the file ready to score with. */
function loadModel(content) {
  if (content.format !== 1) throw new Error(`The model has format ${content.format}, not 1.`);
  const number = (names) => new Map(names.map((name, row) => [name, row]));
  const pairs = new Map(content.pairs.map((name, row) => [name, content.grams.length + row]));
  return {
    ...content,
    labels: content.intercepts.length,
    grams: number(content.grams),
    pairs,
    codes: new Int8Array(decode(content.codes).buffer),
    steps: new Float32Array(decode(content.steps).buffer),
    lengths: new Float32Array(decode(content.lengths).buffer),
  };
}

/** Cut a clause into lower case words without accents; digits become 0, long numbers are left out. */
function tokenise(text) {
  const words = text.toLowerCase().replaceAll("\0", " ").match(WORD) ?? [];
  return words.filter((word) => !LONG_NUMBER.test(word)).map(settle);
}

function settle(word) {
  const plain = Array.from(word, (letter) =>
    ACCENTED.includes(letter) ? letter.normalize("NFD")[0] : letter,
  ).join("");
  return Array.from(plain.replace(/\p{Nd}/gu, "0")).slice(0, LONGEST_WORD).join("");
}

/** List a word between brackets and its runs of 2 to 5 characters. */
function spell(word) {
  const letters = Array.from(`<${word}>`);
  const grams = [letters.join("")];
  for (let size = 2; size <= 5 && size < letters.length; size++) {
    for (let start = 0; start + size <= letters.length; start++) {
      grams.push(letters.slice(start, start + size).join(""));
    }
  }
  return grams;
}

/** Return the probability of each theme and, apart, of each kind; kinds sum to 1. */
function predict(model, clause) {
  const words = tokenise(clause);
  const rows = [];
  for (const word of words) {
    for (const gram of spell(word)) rows.push(model.grams.get(gram));
  }
  const around = [START, ...words, END];
  for (let place = 0; place + 1 < around.length; place++) {
    rows.push(model.pairs.get(`${around[place]} ${around[place + 1]}`));
  }
  const sums = new Float64Array(model.labels);
  let squared = 0;
  for (const row of rows) {
    if (row === undefined) continue;
    squared += model.lengths[row];
    for (let label = 0; label < model.labels; label++) {
      sums[label] += model.codes[row * model.labels + label] * model.steps[row];
    }
  }
  const length = Math.sqrt(Math.max(squared, 1));
  const shares = Array.from(sums, (sum, label) => {
    return 1 / (1 + Math.exp(-(sum / length + model.intercepts[label])));
  });
  const names = Object.keys(model.themes);
  const kinds = shares.slice(names.length);
  const total = kinds.reduce((sum, share) => sum + share, 0);
  return { themes: shares.slice(0, names.length), kinds: kinds.map((share) => share / total) };
}

/** List what a clause mentions: theme, kind and the probability of both. */
function findMentions(model, clause) {
  const { themes, kinds } = predict(model, clause);
  const best = kinds.indexOf(Math.max(...kinds));
  const [slope, offset] = model.confidence;
  return Object.keys(model.themes).flatMap((theme, column) => {
    if (themes[column] < model.thresholds[column]) return [];
    const joint = Math.min(Math.max(themes[column] * kinds[best], 1e-6), 1 - 1e-6);
    const odds = slope * Math.log(joint / (1 - joint)) + offset;
    return [{ theme, kind: model.kinds[best], probability: 1 / (1 + Math.exp(-odds)) }];
  });
}

/** Cut an answer roughly into clauses; why_nps in Python does this better. */
function splitRoughly(text) {
  return text.split(/[.!?;\n,]+\s+|\s(?=maar\s)/u).filter((clause) => /\p{L}/u.test(clause));
}

const QUESTIONS = {
  pain: (label) => `U noemt ${label}: wat ging er mis?`,
  delight: (label) => `U noemt ${label}: wat beviel u daaraan?`,
  tip: (label) => `U noemt ${label}: wat zou u veranderen?`,
};

/** Return a question to ask about what was typed, the surest pain first; null where there is nothing to ask. */
function askFurther(model, text, surest = 0.5) {
  const mentions = splitRoughly(text)
    .flatMap((clause) => findMentions(model, clause))
    .filter((mention) => mention.theme !== "general" && mention.probability >= surest && QUESTIONS[mention.kind])
    .sort((left, right) => {
      return (right.kind === "pain") - (left.kind === "pain") || right.probability - left.probability;
    });
  if (mentions.length === 0) return null;
  const [{ theme, kind }] = mentions;
  return QUESTIONS[kind](model.themes[theme].toLowerCase());
}

if (typeof module !== "undefined") {
  module.exports = { loadModel, tokenise, predict, findMentions, splitRoughly, askFurther };
}
