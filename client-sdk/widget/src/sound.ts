// SPDX-License-Identifier: Apache-2.0

const NOTES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
];

/**
 * Two short soft notes. Silent where the browser allows no sound before the person has touched the page, and where there is no
 * audio at all.
 */
export function createSound(): () => void {
  let context: AudioContext | undefined;
  return () => {
    try {
      if (!navigator.userActivation?.hasBeenActive) return;
      context ??= new AudioContext();
      for (const { hertz, at } of NOTES) play(context, hertz, context.currentTime + at);
    } catch {
      // No audio device: the unread count tells the same.
    }
  };
}

function play(context: AudioContext, hertz: number, start: number): void {
  const tone = new OscillatorNode(context, { type: "sine", frequency: hertz });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.08, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.32);
}
