export default function startover() {}
