export const windowFigures = async () => ({ figures: [], tables: {}, notes: [] });
