/** What the authorization servers remember between requests. */
export interface AuthorizationCode {
  id: string;
}
export interface RefreshToken {
  id: string;
}
export interface RevokedToken {
  id: string;
}
export interface Session {
  id: string;
}
