#!/usr/bin/env bash
# 1. Expected: an animation that createFromAseprite of Phaser makes of a tag plays as in Aseprite, or the tag
#    is refused with a warning, as a missing frame is.
# 2. Seen with phaser 4.2.1: of the four directions of Aseprite three play as there, with the times of their
#    frames: forward (0 1 2), reverse (2 1 0) and pingpong (0 1 2 1). The fourth, pingpong_reverse, should be
#    2 1 0 1; it plays 0 1 2, without a warning: neither backwards nor to and fro. The number of times that a
#    tag is repeated ("repeat": "2") is not read either: played without options, every tag ends after one
#    time. Passing { repeat, yoyo: true } to play() gives 0 1 2 1; the frames themselves are in file order.
# 3. Noticed when tags were compared with the programs that read them. formats.sheet writes the directions
#    as Aseprite does; a game can reverse the frames itself.
# 4. If Phaser knows the fourth direction, every tag of a sheet plays as it was drawn.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund phaser@4.2.1

cat >look.js <<'EOF'
const assert = require("node:assert");
const path = require("node:path");
const EventEmitter = require("eventemitter3");

// The parts of Phaser that play animations; the whole wants a browser.
const source = path.join(__dirname, "node_modules/phaser/src/animations");
const AnimationManager = require(path.join(source, "AnimationManager"));
const AnimationState = require(path.join(source, "AnimationState"));

const DURATIONS = [100, 200, 300];
const TICK = 50;

// "frame x milliseconds" of what is shown in the given time.
function played(tag, options, time) {
  const frames = DURATIONS.map((duration, index) => ({
    filename: String(index),
    frame: { x: index, y: 0, w: 1, h: 1 },
    duration,
  }));
  const data = { frames, meta: { frameTags: [{ name: "walk", from: 0, to: 2, ...tag }] } };
  const manager = new AnimationManager({
    events: new EventEmitter(),
    cache: { json: { get: () => data } },
    textures: { getFrame: (key, name) => ({ name, texture: { key } }) },
  });
  manager.boot();
  assert.strictEqual(manager.createFromAseprite("sheet").length, 1);
  const sprite = Object.assign(new EventEmitter(), { scene: { sys: { anims: manager } } });
  Object.assign(sprite, { setSizeToFrame() {}, updateDisplayOrigin() {} });
  const state = new AnimationState(sprite);
  state.play({ key: "walk", ...options });
  state.update(0, 0);
  const shown = [];
  for (let now = 0; now < time && state.isPlaying; now += TICK) {
    const last = shown.at(-1);
    if (last && last[0] === sprite.frame.name) last[1] += TICK;
    else shown.push([sprite.frame.name, TICK]);
    state.update(now, TICK);
  }
  return shown.map(([name, duration]) => `${name}x${duration}`).join(" ");
}

const warnings = [];
console.warn = (text) => warnings.push(text);
for (const [direction, period, wanted, seen] of [
  ["forward", 600, "0x100 1x200 2x300", null],
  ["reverse", 600, "2x300 1x200 0x100", null],
  ["pingpong", 800, "0x100 1x200 2x300 1x200", null],
  ["pingpong_reverse", 800, "2x300 1x200 0x100 1x200", "0x100 1x200 2x300 0x100 1x100"],
]) {
  const shown = played({ direction }, { repeat: -1 }, period);
  console.log(`${direction}: should be ${wanted}, is ${shown}`);
  assert.strictEqual(shown, seen || wanted, "the behaviour has changed");
}
const twice = played({ direction: "forward", repeat: "2" }, {}, 1200);
console.log(`forward, repeat 2: ${twice}`);
assert.strictEqual(twice, "0x100 1x200 2x300", "the behaviour has changed");
const asked = played({ direction: "pingpong_reverse" }, { repeat: -1, yoyo: true }, 800);
console.log(`pingpong_reverse, played with yoyo: ${asked}`);
assert.strictEqual(asked, "0x100 1x200 2x300 1x200");
assert.deepStrictEqual(warnings, []);
EOF
node look.js
