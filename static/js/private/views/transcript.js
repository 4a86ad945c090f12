export default function transcript() {}
