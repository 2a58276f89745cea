// SPDX-License-Identifier: Apache-2.0
// The components of all pages. Styles: components.css, on the custom properties of tokens.css.
export { Button, type ButtonProps } from "./Button";
export { Dialog, type DialogProps } from "./Dialog";
export { type Choice, ChoiceGroup, Select, TextArea, TextField } from "./fields";
export { IconButton, type IconButtonProps } from "./IconButton";
export * from "./icons";
export { Menu, type MenuItem, type MenuProps } from "./Menu";
export { Avatar, Badge, Banner, Dot, EmptyState, initials, Toast, type Tone } from "./small";
export { Spinner } from "./Spinner";
export { VisuallyHidden } from "./VisuallyHidden";
