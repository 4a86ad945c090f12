export default function honest() {}
