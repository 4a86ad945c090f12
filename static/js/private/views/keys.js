export default function keys() {}
