export default function library() {}
