// SPDX-License-Identifier: Apache-2.0

/** Something is under way. Decoration only: what is under way must be said in words beside it. */
export function Spinner({ size = 16 }: { size?: number }) {
  return (
    <svg class="sb-spinner" width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" stroke="currentColor" stroke-width="2" opacity="0.25" />
      <path d="M14.5 8A6.5 6.5 0 0 0 8 1.5" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}
