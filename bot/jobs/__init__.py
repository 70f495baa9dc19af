"""What runs by itself: background loops, deliveries, local times, source sync."""
