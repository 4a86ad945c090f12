export default function nowhere() {}
